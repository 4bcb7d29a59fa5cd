tag = "7"
environment = {
  DOMAIN    = "c.example.org"
  GUESTS    = "true"
  RECORDING = "1"
}
