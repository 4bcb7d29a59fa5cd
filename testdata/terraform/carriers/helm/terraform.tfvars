stage     = "prod"
recording = true
hosts     = ["a.example.org", "b.example.org"]
