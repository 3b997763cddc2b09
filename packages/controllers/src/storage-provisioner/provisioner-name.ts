/** What StorageClasses of our own provisioner name. */
export const STORAGE_PROVISIONER = 'tabernetes.dev/host-path';
