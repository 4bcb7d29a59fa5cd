settings = {
  DOMAIN        = "web.example.org"
  ENABLE_GUESTS = "true"
  LOG_LEVEL     = "debug"
}
