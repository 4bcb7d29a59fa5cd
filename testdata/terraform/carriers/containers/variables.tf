variable "tag" {}
variable "environment" {
  type = map(string)
}
