variable "name" {
  description = "Name of the bucket, unique in the whole platform."
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
    condition     = can(regex("^[a-z]{3}[0-9]$", var.region))
    error_message = "The region must be the long form, such as nyc3."
  }
}

variable "cdn" {
  description = "Whether the files are also served from the edge, by signed addresses."
  type        = bool
}
