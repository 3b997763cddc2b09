/** Where a server is reached that a kubeconfig or a flag names: one without a host (`http://:8080`) on the machine itself. */
export const serverUrl = (server: string): URL => new URL(server.replace(/^(https?:\/\/)(?=:|$)/, '$1localhost'));
