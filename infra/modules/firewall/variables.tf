variable "clusters" {
  description = "Ids of the database clusters, by a name of ours."
  type        = map(string)

  validation {
    condition     = length(var.clusters) > 0
    error_message = "There must be a cluster to protect."
  }
}

variable "app_id" {
  description = "The app that may connect."
  type        = string

  validation {
    condition     = var.app_id != ""
    error_message = "Without an app nobody could connect."
  }
}

variable "admin_addresses" {
  description = "Single public addresses of administrators that may connect for a while. Normally none."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.admin_addresses : can(regex("^[0-9]{1,3}(\\.[0-9]{1,3}){3}$", address))])
    error_message = "Only single IPv4 addresses are allowed, no ranges."
  }
}
