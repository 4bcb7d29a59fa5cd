resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([
    {
      name        = "web"
      image       = "example/web:${var.tag}"
      environment = [for k, v in var.environment : { name = k, value = v }]
      secrets     = [{ name = "TOKEN", valueFrom = "arn:aws:ssm:eu-central-1:1:parameter/token" }]
      portMappings = [{ containerPort = 8080 }]
    },
  ])
}

resource "aws_ecs_task_definition" "relay" {
  family                = "relay"
  container_definitions = templatefile("${path.module}/relay.json.tftpl", { realm = var.environment["DOMAIN"] })
}
