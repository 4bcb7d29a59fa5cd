variable "region" {
  description = "Where the classroom runs"
  type        = string
  default     = "eu-central-1"
}

variable "hostname" {
  type    = string
  default = "classroom.example.org"
}
