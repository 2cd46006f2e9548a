variable "name" {
  description = "Name of the registry, unique in the whole platform."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "The name must be 3 to 63 small letters, digits and hyphens."
  }
}

variable "region" {
  description = "Region, in the long form."
  type        = string

  validation {
    condition     = contains(["nyc3", "sfo2", "sfo3", "ams3", "sgp1", "fra1", "blr1", "syd1"], var.region)
    error_message = "The region must be one that has registries, such as nyc3."
  }
}

variable "tier" {
  description = "Plan. basic holds 5 repositories, which is what there is."
  type        = string

  validation {
    condition     = contains(["basic", "professional"], var.tier)
    error_message = "The plan must be basic or professional; starter has one repository only."
  }
}
