variable "notice" {
  default = "hidden"
}
