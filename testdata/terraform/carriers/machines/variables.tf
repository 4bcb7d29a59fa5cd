variable "domain" {}
variable "guests" {
  type = bool
}
