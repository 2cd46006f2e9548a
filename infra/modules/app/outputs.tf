output "id" {
  description = "Id of the app."
  value       = digitalocean_app.this.id
}

output "default_ingress" {
  description = "The platform's own address of the app, which the domain's record points to."
  value       = digitalocean_app.this.default_ingress
}
