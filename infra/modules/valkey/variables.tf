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
  description = "Major version of Valkey."
  type        = string

  validation {
    condition     = contains(["8"], var.engine_version)
    error_message = "Valkey must be 8."
  }
}

variable "size" {
  description = "Size of each node."
  type        = string

  validation {
    condition     = contains(["db-s-1vcpu-1gb", "db-s-1vcpu-2gb", "db-s-2vcpu-4gb", "db-s-4vcpu-8gb"], var.size)
    error_message = "The size must be one of db-s-1vcpu-1gb, db-s-1vcpu-2gb, db-s-2vcpu-4gb, db-s-4vcpu-8gb."
  }
}

variable "nodes" {
  description = "Number of nodes. All but the first stand by."
  type        = number

  validation {
    condition     = contains([1, 2, 3], var.nodes)
    error_message = "There must be 1 to 3 nodes."
  }

  validation {
    condition     = var.nodes == 1 || var.size != "db-s-1vcpu-1gb"
    error_message = "A standby node needs at least db-s-1vcpu-2gb."
  }
}

variable "carries_queue" {
  description = "Whether the streams are here. A server that evicts would silently throw jobs away."
  type        = bool
}

variable "eviction_policy" {
  description = "What the server does when its memory is full."
  type        = string

  validation {
    condition     = contains(["noeviction", "allkeys_lru", "allkeys_random", "volatile_lru", "volatile_random", "volatile_ttl"], var.eviction_policy)
    error_message = "The policy must be one that the platform knows, written with underscores: noeviction, allkeys_lru, …"
  }

  validation {
    condition     = !var.carries_queue || var.eviction_policy == "noeviction"
    error_message = "A server that carries the queue must have the policy noeviction."
  }
}

variable "maintenance" {
  description = "When the platform may restart the cluster: day and hour in UTC."
  type = object({
    day  = string
    hour = string
  })

  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$", var.maintenance.hour))
    error_message = "The hour must be HH:MM:SS in UTC."
  }
}
