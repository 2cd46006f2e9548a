variable "name" {
  description = "First part of the names of checks and alerts."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,40}$", var.name))
    error_message = "The name must be 2 to 41 small letters, digits and hyphens."
  }
}

variable "clusters" {
  description = "Ids of the database clusters that are watched, by a name of ours."
  type        = map(string)

  validation {
    condition     = length(var.clusters) > 0
    error_message = "There must be something to watch."
  }
}

variable "target" {
  description = "Address that is asked from several regions whether the service is ready."
  type        = string

  validation {
    condition     = startswith(var.target, "https://")
    error_message = "The address must begin with https://."
  }
}

variable "emails" {
  description = "Who is told."
  type        = list(string)

  validation {
    condition     = length(var.emails) > 0 && alltrue([for email in var.emails : can(regex("^[^@ ]+@[^@ ]+\\.[a-z]+$", email))])
    error_message = "There must be at least one address, and each must be one."
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

variable "limits" {
  description = "When to alert: per cent of CPU, memory and disk of a database, milliseconds of an answer."
  type = object({
    cpu_percent    = number
    memory_percent = number
    disk_percent   = number
    latency_ms     = number
  })

  validation {
    condition     = alltrue([for percent in [var.limits.cpu_percent, var.limits.memory_percent, var.limits.disk_percent] : percent > 0 && percent < 100])
    error_message = "Per cents must be between 0 and 100."
  }

  validation {
    condition     = var.limits.latency_ms >= 100
    error_message = "An answer may take at least 100 ms."
  }
}
