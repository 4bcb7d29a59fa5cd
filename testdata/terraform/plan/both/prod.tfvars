region    = "us-west-2"
recording = true
