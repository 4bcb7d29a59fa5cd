variable "word" {
  type = string
}

resource "terraform_data" "held" {
  for_each = toset(["b", "a"])
  input    = "${upper(var.word)}/${each.key}"
}
