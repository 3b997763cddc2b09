import { type Clock, fetchedOnce } from '@tabernetes/base';
import type { PathHandler } from '../nonresource/path-handler.ts';
import type { OpenApiOptions } from './openapi-paths.ts';

/**
 * {@link openApiPaths} as Kubernetes publishes them, fetched when somebody asks for the first document: the documents are large, and so is
 * what makes them.
 */
export function lateOpenApiPaths(
  { clock }: { readonly clock: Clock },
  options: Pick<OpenApiOptions, 'components'>,
): PathHandler {
  const paths = fetchedOnce(clock, async () => {
    const { openApiPaths, publishedHash } = await import('./published-openapi.ts');
    return openApiPaths({ ...options, publishedHash });
  });
  return {
    async handle(request, server, user) {
      if (!request.path.startsWith('/openapi/')) return undefined;
      return (await paths()).handle(request, server, user);
    },
    paths: () => ['/openapi/v2', '/openapi/v3', '/openapi/v3/'],
  };
}
