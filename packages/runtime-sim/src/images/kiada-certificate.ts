/** The self-signed certificate in the image of kiada's TLS proxy. */
export const KIADA_CERTIFICATE_PEM = `-----BEGIN CERTIFICATE-----
MIIBojCCAUigAwIBAgIBAjAKBggqhkjOPQQDAjAsMQ4wDAYDVQQKDAVLaWFkYTEa
MBgGA1UEAwwRa2lhZGEuZXhhbXBsZS5jb20wIBcNMjAwMTAxMDAwMDAwWhgPMjEy
MDAxMDEwMDAwMDBaMCwxDjAMBgNVBAoMBUtpYWRhMRowGAYDVQQDDBFraWFkYS5l
eGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABK7V0ujerIGVMl9G
s1bo9t3r9XCNgY+HZA66lq7KY+8MDZ/jYfETekw45jy4sGnLvSC1Q0HzEHAJl5+U
JdGN5ymjWTBXMDYGA1UdEQQvMC2CEWtpYWRhLmV4YW1wbGUuY29tgg0qLmV4YW1w
bGUuY29tgglsb2NhbGhvc3QwHQYDVR0OBBYEFMmDRIaoacy4JddA4ZgvIIbsHaWc
MAoGCCqGSM49BAMCA0gAMEUCIQCE3EB+mJf7lLVaTWAW8YIpnPWS7NQrE02/iDlP
4jFVCQIgZKXbeSkNMhbqMlUVWGExu8vimaSgXbAvGMsKQoQuDHo=
-----END CERTIFICATE-----
`;

/** Stands where the key would: nobody computes with it, so it is kept nowhere. */
export const KIADA_KEY_PEM = 'The key of this certificate is not kept.\n';
