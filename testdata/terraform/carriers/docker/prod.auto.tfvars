domain = "docker.example.org"
