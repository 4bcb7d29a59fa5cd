region = "eu-west-3"
image  = "example/chat:2"
