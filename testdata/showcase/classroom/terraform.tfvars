# Cheaper than Frankfurt
region = "us-east-1"
