import type { Ingress } from '@tabernetes/api/types/networking-v1';
import type { Draft } from '@tabernetes/apimachinery';
import type { AdmissionPlugin } from '../admission.ts';
import { defaultClass } from './default-class.ts';

const CLASSES = { group: 'networking.k8s.io', plural: 'ingressclasses' };
const OLD_ANNOTATION = 'kubernetes.io/ingress.class';
const IS_DEFAULT = ['ingressclass.kubernetes.io/is-default-class'];

/**
 * An Ingress that names no class gets the default one, if there is one.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/plugin/pkg/admission/network/defaultingressclass/admission.go
 */
export const defaultIngressClass = (): AdmissionPlugin => ({
  name: 'DefaultIngressClass',
  operations: ['CREATE'],
  resources: ['ingresses'],
  async admit({ definition, resource, subresource, draft }, reader) {
    if (definition.group !== 'networking.k8s.io' || resource !== 'ingresses' || subresource !== '' || !draft) return;
    const ingress = draft as Draft<Ingress>;
    if (ingress.spec?.ingressClassName !== undefined) return;
    if (ingress.metadata.annotations?.[OLD_ANNOTATION] !== undefined) return;
    const name = defaultClass(await reader.list(CLASSES), IS_DEFAULT);
    if (name !== undefined) ingress.spec = { ...ingress.spec, ingressClassName: name };
  },
});
