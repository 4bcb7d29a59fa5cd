variable "machines" {
  type = map(string)
}
