/** Where a server is reached that a kubeconfig or a flag names: one without a host (`http://:8080`) on the machine itself. */
export const serverUrl = (server: string): URL => new URL(withHost(server));

export const withHost = (server: string): string => server.replace(/^(https?:\/\/)(?=:)/, '$1localhost');
