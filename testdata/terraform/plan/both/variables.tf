variable "region" {
  type = string
}

variable "recording" {
  type    = bool
  default = false
}

variable "open" {
  type    = bool
  default = false
}
