# What differs between environments and is no secret stands in infra/modules/settings. Digests and secrets are given by
# the pipeline, as TF_VAR_image_digests and TF_VAR_secrets.
emails = ["operations@example.com"]
