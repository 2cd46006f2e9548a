variable "registry" {
  description = "Name of the registry, unique in the whole platform. Apps pull from the account's registry without naming it."
  type        = string
  default     = "loadsure"

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.registry))
    error_message = "The name must be 3 to 63 small letters, digits and hyphens."
  }
}

variable "region" {
  description = "Region of the registry, in the long form."
  type        = string
  default     = "nyc3"

  validation {
    condition     = can(regex("^[a-z]{3}[0-9]$", var.region))
    error_message = "The region must be the long form, such as nyc3."
  }
}

variable "zone" {
  description = "DNS zone that the platform shall serve; null where DNS is elsewhere."
  type        = string
  default     = null

  validation {
    condition     = var.zone != ""
    error_message = "The zone must not be empty."
  }
}
