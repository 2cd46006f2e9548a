variable "name" {
  description = "Name of the cluster."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,40}$", var.name))
    error_message = "The name must be 2 to 41 small letters, digits and hyphens."
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

variable "vpc_id" {
  description = "Network that the cluster is in."
  type        = string

  validation {
    condition     = var.vpc_id != ""
    error_message = "The cluster must be in a private network."
  }
}

variable "project_id" {
  description = "Project that the cluster belongs to."
  type        = string

  validation {
    condition     = var.project_id != ""
    error_message = "The id of the project must not be empty."
  }
}

variable "engine_version" {
  description = "Major version of PostgreSQL."
  type        = string

  validation {
    condition     = contains(["15", "16", "17", "18"], var.engine_version)
    error_message = "PostgreSQL must be 15, 16, 17 or 18."
  }
}

variable "size" {
  description = "Size of each node. Its memory decides how many connections there are."
  type        = string

  validation {
    condition     = contains(["db-s-1vcpu-1gb", "db-s-1vcpu-2gb", "db-s-2vcpu-4gb", "db-s-4vcpu-8gb", "db-s-6vcpu-16gb"], var.size)
    error_message = "The size must be one of db-s-1vcpu-1gb, db-s-1vcpu-2gb, db-s-2vcpu-4gb, db-s-4vcpu-8gb, db-s-6vcpu-16gb."
  }
}

variable "nodes" {
  description = "Number of nodes. All but the first stand by and take over when it fails."
  type        = number

  validation {
    condition     = contains([1, 2, 3], var.nodes)
    error_message = "There must be 1 to 3 nodes."
  }

  # The platform offers no standby for the development size.
  validation {
    condition     = var.nodes == 1 || var.size != "db-s-1vcpu-1gb"
    error_message = "A standby node needs at least db-s-1vcpu-2gb."
  }
}

variable "maintenance" {
  description = "When the platform may restart the cluster: day and hour in UTC."
  type = object({
    day  = string
    hour = string
  })

  validation {
    condition     = contains(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], var.maintenance.day)
    error_message = "The day must be an English weekday in small letters."
  }

  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$", var.maintenance.hour))
    error_message = "The hour must be HH:MM:SS in UTC."
  }
}

variable "reports_pool" {
  description = "Connections of the pool for people and reports, who must not use up those of the service; 0 for none."
  type        = number

  validation {
    condition     = var.reports_pool >= 0 && var.reports_pool <= 20 && floor(var.reports_pool) == var.reports_pool
    error_message = "The pool must have 0 to 20 connections."
  }
}

variable "replica" {
  description = "Whether there is a read replica, for lists and reports."
  type        = bool
}

variable "service_connections" {
  description = "Connections that all processes of the service may open together, also while two versions of it run."
  type        = number

  validation {
    condition     = var.service_connections > 0
    error_message = "The service needs connections."
  }
}
