terraform {
  required_version = ">= 1.11"

  required_providers {
    digitalocean = {
      source  = "digitalocean/digitalocean"
      version = "~> 2.99"
    }
  }

  # Spaces speaks S3. Its endpoint and keys come from AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.
  backend "s3" {
    bucket       = "loadsure-terraform-state"
    key          = "production/terraform.tfstate"
    region       = "us-east-1" # Spaces has no such regions, but the backend asks for one.
    use_lockfile = true

    skip_credentials_validation = true
    skip_metadata_api_check     = true
    skip_region_validation      = true
    skip_requesting_account_id  = true
    skip_s3_checksum            = true
  }
}

# Token from DIGITALOCEAN_TOKEN, keys of Spaces from SPACES_ACCESS_KEY_ID and SPACES_SECRET_ACCESS_KEY.
provider "digitalocean" {}
