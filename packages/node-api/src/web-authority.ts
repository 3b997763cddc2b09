/**
 * PEM: who vouches for the servers of the simulated web. Images trust it as real ones trust the authorities of their
 * distribution; nobody else does, and its key is kept nowhere.
 */
export const WEB_AUTHORITY_PEM = `-----BEGIN CERTIFICATE-----
MIIBkDCCATegAwIBAgIBATAKBggqhkjOPQQDAjA3MRMwEQYDVQQKDApUYWJlcm5l
dGVzMSAwHgYDVQQDDBdTaW11bGF0ZWQgV2ViIEF1dGhvcml0eTAgFw0yMDAxMDEw
MDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowNzETMBEGA1UECgwKVGFiZXJuZXRlczEg
MB4GA1UEAwwXU2ltdWxhdGVkIFdlYiBBdXRob3JpdHkwWTATBgcqhkjOPQIBBggq
hkjOPQMBBwNCAASRavxCKx9uAR7VDS4i2UYrq4MQTpIWnJm0w7xdZx9MdUrLn3Zk
6mUG08dF0uLL1gMxFPjTuPPHcNOYMX8FupMHozIwMDAPBgNVHRMBAf8EBTADAQH/
MB0GA1UdDgQWBBSzROZ5mIUMdzvoECjhxGzegl42bTAKBggqhkjOPQQDAgNHADBE
AiA2Mjkm7aIHDja7tfwgxOthQh72fkek1Cbe8xQXmHCPsgIgdYdy18sY+OO+MgmE
A5mlE6JWibDUnwVzWwgLXrCkx3Q=
-----END CERTIFICATE-----
`;
