variable "image_digests" {
  description = "Digest of the image of each component."
  type = object({
    api           = string
    worker        = string
    queue_monitor = string
    ctl           = string
  })

  validation {
    condition     = alltrue([for digest in values(var.image_digests) : startswith(digest, "sha256:")])
    error_message = "Each digest must begin with sha256:."
  }
}

variable "secrets" {
  description = "Secrets, for the first creation of the app (docs/adr/0010)."
  type = object({
    loadsure_api_key   = string
    digitalocean_token = string
  })
  sensitive = true

  validation {
    condition     = alltrue([for secret in values(var.secrets) : secret != ""])
    error_message = "A secret is missing."
  }
}

variable "emails" {
  description = "Who is told by alerts."
  type        = list(string)

  validation {
    condition     = length(var.emails) > 0
    error_message = "There must be at least one address."
  }
}

variable "slack" {
  description = "Slack channel that is told as well, and its webhook; null for none."
  type = object({
    channel = string
    url     = string
  })
  default   = null
  sensitive = true

  validation {
    condition     = var.slack == null ? true : startswith(var.slack.url, "https://hooks.slack.com/")
    error_message = "The webhook must begin with https://hooks.slack.com/."
  }
}

variable "zone" {
  description = "DNS zone that the platform serves; null where the domain's DNS is elsewhere."
  type        = string
  default     = null

  validation {
    condition     = var.zone != ""
    error_message = "The zone must not be empty."
  }
}

variable "log_cluster" {
  description = "Name of a managed OpenSearch cluster that logs are forwarded to; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.log_cluster != ""
    error_message = "The name of the cluster must not be empty."
  }
}

variable "admin_addresses" {
  description = "Single public addresses of administrators that may reach the databases for a while. Normally none."
  type        = list(string)
  default     = []

  validation {
    condition     = length(var.admin_addresses) <= 3
    error_message = "More than three addresses are no exception any more."
  }
}
