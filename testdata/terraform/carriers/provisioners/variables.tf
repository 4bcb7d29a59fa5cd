variable "host" {
  default = "chat.example.org"
}
variable "recording" {
  default = "yes"
}
