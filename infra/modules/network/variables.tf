variable "name" {
  description = "Name of the private network."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "The name must be 2 to 31 small letters, digits and hyphens."
  }
}

variable "region" {
  description = "Region of the network and of the databases in it: the long form, such as nyc3."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{3}[0-9]$", var.region))
    error_message = "The region must be the long form, such as nyc3."
  }
}

variable "ip_range" {
  description = "Private addresses of the network, in CIDR notation."
  type        = string

  validation {
    condition     = can(cidrhost(var.ip_range, 0)) && can(regex("^10\\..*/(1[6-9]|2[0-4])$", var.ip_range))
    error_message = "The range must be a network of 10.0.0.0/8 between /16 and /24."
  }
}

variable "other_ranges" {
  description = "Private ranges of all environments of the account. None may overlap another one."
  type        = list(string)

  validation {
    condition     = length(distinct([for range in var.other_ranges : join(".", slice(split(".", range), 0, 2))])) == length(var.other_ranges)
    error_message = "Two environments overlap: each needs a range that differs in its first two numbers."
  }
}
