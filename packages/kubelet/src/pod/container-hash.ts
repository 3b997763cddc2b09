import type { Container, EphemeralContainer } from '@tabernetes/api/types/core-v1';

/**
 * What makes a container another one when it changes in a live Pod: its name and image; nothing else can change.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/container/helpers.go HashContainer
 */
export const containerHash = ({ name, image = '' }: Container | EphemeralContainer): string => `${name} ${image}`;
