variable "settings" {
  type = map(string)
}
