variable "domain" {}
variable "tag" {
  default = "3.1"
}

locals {
  more = {
    RECORDING = "yes"
    MATOMO    = "https://matomo.example.com"
  }
}
