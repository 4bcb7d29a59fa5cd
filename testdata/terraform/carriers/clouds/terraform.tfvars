machines = {
  aws = "aws@example.org"
  azure = "azure@example.org"
  google = "google@example.org"
  openstack = "openstack@example.org"
  otc = "otc@example.org"
  ionos = "ionos@example.org"
  scaleway = "scaleway@example.org"
  oracle = "oracle@example.org"
  linode = "linode@example.org"
  vultr = "vultr@example.org"
  upcloud = "upcloud@example.org"
  exoscale = "exoscale@example.org"
}
