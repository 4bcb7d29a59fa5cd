domain = "prod.example.org"
guests = true
