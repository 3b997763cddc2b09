import { type GoLayout, type GoText, goDump, goLayout } from '@tabernetes/apimachinery';

/**
 * How Go prints an API object that a message quotes whole: `dumpGo('core.ServicePort', port)` as the bad value of a
 * field error. The types are the API server's internal ones; absent values are nil or zero.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/types.go and its siblings
 */
export function dumpGo(type: string, value: unknown): GoText {
  return goDump(goTypes(), type, value);
}

/** The types of the table. */
export function goTypes(): GoLayout {
  layout ??= goLayout(TABLE);
  return layout;
}

let layout: GoLayout | undefined;

/** Every type that a refusal of the pinned version may print, with what it holds by value. See {@link goLayout}. */
const TABLE = `
admissionregistration.AuditAnnotation Key::string|ValueExpression::string
apiextensions.CustomResourceColumnDefinition Name::string|Type::string|Format::string|Description::string|Priority::int32|JSONPath:jsonPath:string
apiextensions.CustomResourceDefinitionVersion Name::string|Served::bool|Storage::bool|Deprecated::bool|DeprecationWarning::*string|Schema::*apiextensions.CustomResourceValidation|Subresources::*apiextensions.CustomResourceSubresources|AdditionalPrinterColumns::[]apiextensions.CustomResourceColumnDefinition|SelectableFields::[]apiextensions.SelectableField
apiextensions.JSONSchemaProps ID:id:string|Schema:$schema:apiextensions.JSONSchemaURL|Ref:$ref:*string|Description::string|Type::string|Nullable::bool|Format::string|Title::string|Default::*apiextensions.JSON|Maximum::*float64|ExclusiveMaximum::bool|Minimum::*float64|ExclusiveMinimum::bool|MaxLength::*int64|MinLength::*int64|Pattern::string|MaxItems::*int64|MinItems::*int64|UniqueItems::bool|MultipleOf::*float64|Enum::[]apiextensions.JSON|MaxProperties::*int64|MinProperties::*int64|Required::[]string|Items::*apiextensions.JSONSchemaPropsOrArray|AllOf::[]apiextensions.JSONSchemaProps|OneOf::[]apiextensions.JSONSchemaProps|AnyOf::[]apiextensions.JSONSchemaProps|Not::*apiextensions.JSONSchemaProps|Properties::map[string]apiextensions.JSONSchemaProps|AdditionalProperties::*apiextensions.JSONSchemaPropsOrBool|PatternProperties::map[string]apiextensions.JSONSchemaProps|Dependencies::apiextensions.JSONSchemaDependencies|AdditionalItems::*apiextensions.JSONSchemaPropsOrBool|Definitions::apiextensions.JSONSchemaDefinitions|ExternalDocs::*apiextensions.ExternalDocumentation|Example::*apiextensions.JSON|XPreserveUnknownFields:x-kubernetes-preserve-unknown-fields:*bool|XEmbeddedResource:x-kubernetes-embedded-resource:bool|XIntOrString:x-kubernetes-int-or-string:bool|XListMapKeys:x-kubernetes-list-map-keys:[]string|XListType:x-kubernetes-list-type:*string|XMapType:x-kubernetes-map-type:*string|XValidations:x-kubernetes-validations:apiextensions.ValidationRules
apiextensions.SelectableField JSONPath:jsonPath:string
apiextensions.ValidationRule Rule::string|Message::string|MessageExpression::string|Reason::*apiextensions.FieldValueErrorReason|FieldPath::string|OptionalOldSelf::*bool
apps.DaemonSetUpdateStrategy Type::apps.DaemonSetUpdateStrategyType|RollingUpdate::*apps.RollingUpdateDaemonSet
apps.DeploymentStrategy Type::apps.DeploymentStrategyType|RollingUpdate::*apps.RollingUpdateDeployment
apps.RollingUpdateStatefulSetStrategy Partition::int32|MaxUnavailable::*intstr.IntOrString
apps.StatefulSetUpdateStrategy Type::apps.StatefulSetUpdateStrategyType|RollingUpdate::*apps.RollingUpdateStatefulSetStrategy
authorization.NonResourceAttributes Path::string|Verb::string
batch.PodFailurePolicy Rules::[]batch.PodFailurePolicyRule
batch.PodFailurePolicyOnPodConditionsPattern Type::core.PodConditionType|Status::core.ConditionStatus
batch.PodFailurePolicyRule Action::batch.PodFailurePolicyAction|OnExitCodes::*batch.PodFailurePolicyOnExitCodesRequirement|OnPodConditions::[]batch.PodFailurePolicyOnPodConditionsPattern
batch.SuccessPolicy Rules::[]batch.SuccessPolicyRule
batch.SuccessPolicyRule SucceededIndexes::*string|SucceededCount::*int32
batch.UncountedTerminatedPods Succeeded::[]types.UID|Failed::[]types.UID
core.ClusterTrustBundleProjection Name::*string|SignerName::*string|LabelSelector::*v1.LabelSelector|Optional::*bool|Path::string
core.Container Name::string|Image::string|Command::[]string|Args::[]string|WorkingDir::string|Ports::[]core.ContainerPort|EnvFrom::[]core.EnvFromSource|Env::[]core.EnvVar|Resources::core.ResourceRequirements|ResizePolicy::[]core.ContainerResizePolicy|RestartPolicy::*core.ContainerRestartPolicy|VolumeMounts::[]core.VolumeMount|VolumeDevices::[]core.VolumeDevice|LivenessProbe::*core.Probe|ReadinessProbe::*core.Probe|StartupProbe::*core.Probe|Lifecycle::*core.Lifecycle|TerminationMessagePath::string|TerminationMessagePolicy::core.TerminationMessagePolicy|ImagePullPolicy::core.PullPolicy|SecurityContext::*core.SecurityContext|Stdin::bool|StdinOnce::bool|TTY:tty:bool
core.ContainerPort Name::string|HostPort::int32|ContainerPort::int32|Protocol::core.Protocol|HostIP::string
core.ContainerResizePolicy ResourceName::core.ResourceName|RestartPolicy::core.ResourceResizeRestartPolicy
core.EnvFromSource Prefix::string|ConfigMapRef::*core.ConfigMapEnvSource|SecretRef::*core.SecretEnvSource
core.EnvVar Name::string|Value::string|ValueFrom::*core.EnvVarSource
core.EphemeralContainer EphemeralContainerCommon:.:core.EphemeralContainerCommon|TargetContainerName::string
core.EphemeralContainerCommon Name::string|Image::string|Command::[]string|Args::[]string|WorkingDir::string|Ports::[]core.ContainerPort|EnvFrom::[]core.EnvFromSource|Env::[]core.EnvVar|Resources::core.ResourceRequirements|ResizePolicy::[]core.ContainerResizePolicy|RestartPolicy::*core.ContainerRestartPolicy|VolumeMounts::[]core.VolumeMount|VolumeDevices::[]core.VolumeDevice|LivenessProbe::*core.Probe|ReadinessProbe::*core.Probe|StartupProbe::*core.Probe|Lifecycle::*core.Lifecycle|TerminationMessagePath::string|TerminationMessagePolicy::core.TerminationMessagePolicy|ImagePullPolicy::core.PullPolicy|SecurityContext::*core.SecurityContext|Stdin::bool|StdinOnce::bool|TTY:tty:bool
core.EventSource Component::string|Host::string
core.HostAlias IP:ip:string|Hostnames::[]string
core.HostIP IP:ip:string
core.LocalObjectReference Name::string
core.NodeAddress Type::core.NodeAddressType|Address::string
core.NodeConfigSource ConfigMap::*core.ConfigMapNodeConfigSource
core.NodeSelectorRequirement Key::string|Operator::core.NodeSelectorOperator|Values::[]string
core.NodeSelectorTerm MatchExpressions::[]core.NodeSelectorRequirement|MatchFields::[]core.NodeSelectorRequirement
core.ObjectReference Kind::string|Namespace::string|Name::string|UID:uid:types.UID|APIVersion:apiVersion:string|ResourceVersion::string|FieldPath::string
core.PodIP IP:ip:string
core.PodReadinessGate ConditionType::core.PodConditionType
core.PodResourceClaim Name::string|ResourceClaimName::*string|ResourceClaimTemplateName::*string
core.PodSchedulingGate Name::string
core.PodSpec Volumes::[]core.Volume|InitContainers::[]core.Container|Containers::[]core.Container|EphemeralContainers::[]core.EphemeralContainer|RestartPolicy::core.RestartPolicy|TerminationGracePeriodSeconds::*int64|ActiveDeadlineSeconds::*int64|DNSPolicy:dnsPolicy:core.DNSPolicy|NodeSelector::map[string]string|ServiceAccountName::string|AutomountServiceAccountToken::*bool|NodeName::string|SecurityContext::*core.PodSecurityContext|ImagePullSecrets::[]core.LocalObjectReference|Hostname::string|Subdomain::string|SetHostnameAsFQDN::*bool|Affinity::*core.Affinity|SchedulerName::string|Tolerations::[]core.Toleration|HostAliases::[]core.HostAlias|PriorityClassName::string|Priority::*int32|PreemptionPolicy::*core.PreemptionPolicy|DNSConfig:dnsConfig:*core.PodDNSConfig|ReadinessGates::[]core.PodReadinessGate|RuntimeClassName::*string|Overhead::core.ResourceList|EnableServiceLinks::*bool|TopologySpreadConstraints::[]core.TopologySpreadConstraint|OS:os:*core.PodOS|SchedulingGates::[]core.PodSchedulingGate|ResourceClaims::[]core.PodResourceClaim|Resources::*core.ResourceRequirements
core.PodTemplateSpec ObjectMeta:metadata:v1.ObjectMeta|Spec::core.PodSpec
core.ResourceClaim Name::string|Request::string
core.ResourceRequirements Limits::core.ResourceList|Requests::core.ResourceList|Claims::[]core.ResourceClaim
core.ScopeSelector MatchExpressions::[]core.ScopedResourceSelectorRequirement
core.ScopedResourceSelectorRequirement ScopeName::core.ResourceQuotaScope|Operator::core.ScopeSelectorOperator|Values::[]string
core.SeccompProfile Type::core.SeccompProfileType|LocalhostProfile::*string
core.SecurityContext Capabilities::*core.Capabilities|Privileged::*bool|SELinuxOptions:seLinuxOptions:*core.SELinuxOptions|WindowsOptions::*core.WindowsSecurityContextOptions|RunAsUser::*int64|RunAsGroup::*int64|RunAsNonRoot::*bool|ReadOnlyRootFilesystem::*bool|AllowPrivilegeEscalation::*bool|ProcMount::*core.ProcMountType|SeccompProfile::*core.SeccompProfile|AppArmorProfile::*core.AppArmorProfile
core.ServicePort Name::string|Protocol::core.Protocol|AppProtocol::*string|Port::int32|TargetPort::intstr.IntOrString|NodePort::int32
core.Taint Key::string|Value::string|Effect::core.TaintEffect|TimeAdded::*v1.Time
core.Toleration Key::string|Operator::core.TolerationOperator|Value::string|Effect::core.TaintEffect|TolerationSeconds::*int64
core.TopologySpreadConstraint MaxSkew::int32|TopologyKey::string|WhenUnsatisfiable::core.UnsatisfiableConstraintAction|LabelSelector::*v1.LabelSelector|MinDomains::*int32|NodeAffinityPolicy::*core.NodeInclusionPolicy|NodeTaintsPolicy::*core.NodeInclusionPolicy|MatchLabelKeys::[]string
core.Volume Name::string|VolumeSource:.:core.VolumeSource
core.VolumeDevice Name::string|DevicePath::string
core.VolumeMount Name::string|ReadOnly::bool|RecursiveReadOnly::*core.RecursiveReadOnlyMode|MountPath::string|SubPath::string|MountPropagation::*core.MountPropagationMode|SubPathExpr::string
core.VolumeNodeAffinity Required::*core.NodeSelector
core.VolumeSource HostPath::*core.HostPathVolumeSource|EmptyDir::*core.EmptyDirVolumeSource|GCEPersistentDisk:gcePersistentDisk:*core.GCEPersistentDiskVolumeSource|AWSElasticBlockStore:awsElasticBlockStore:*core.AWSElasticBlockStoreVolumeSource|GitRepo::*core.GitRepoVolumeSource|Secret::*core.SecretVolumeSource|NFS:nfs:*core.NFSVolumeSource|ISCSI:iscsi:*core.ISCSIVolumeSource|Glusterfs::*core.GlusterfsVolumeSource|PersistentVolumeClaim::*core.PersistentVolumeClaimVolumeSource|RBD:rbd:*core.RBDVolumeSource|Quobyte::*core.QuobyteVolumeSource|FlexVolume::*core.FlexVolumeSource|Cinder::*core.CinderVolumeSource|CephFS:cephfs:*core.CephFSVolumeSource|Flocker::*core.FlockerVolumeSource|DownwardAPI::*core.DownwardAPIVolumeSource|FC:fc:*core.FCVolumeSource|AzureFile::*core.AzureFileVolumeSource|ConfigMap::*core.ConfigMapVolumeSource|VsphereVolume::*core.VsphereVirtualDiskVolumeSource|AzureDisk::*core.AzureDiskVolumeSource|PhotonPersistentDisk::*core.PhotonPersistentDiskVolumeSource|Projected::*core.ProjectedVolumeSource|PortworxVolume::*core.PortworxVolumeSource|ScaleIO::*core.ScaleIOVolumeSource|StorageOS:storageos:*core.StorageOSVolumeSource|CSI:csi:*core.CSIVolumeSource|Ephemeral::*core.EphemeralVolumeSource|Image::*core.ImageVolumeSource
flowcontrol.FlowDistinguisherMethod Type::flowcontrol.FlowDistinguisherMethodType
flowcontrol.FlowSchemaSpec PriorityLevelConfiguration::flowcontrol.PriorityLevelConfigurationReference|MatchingPrecedence::int32|DistinguisherMethod::*flowcontrol.FlowDistinguisherMethod|Rules::[]flowcontrol.PolicyRulesWithSubjects
flowcontrol.NonResourcePolicyRule Verbs::[]string|NonResourceURLs::[]string
flowcontrol.PolicyRulesWithSubjects Subjects::[]flowcontrol.Subject|ResourceRules::[]flowcontrol.ResourcePolicyRule|NonResourceRules::[]flowcontrol.NonResourcePolicyRule
flowcontrol.PriorityLevelConfigurationReference Name::string
flowcontrol.PriorityLevelConfigurationSpec Type::flowcontrol.PriorityLevelEnablement|Limited::*flowcontrol.LimitedPriorityLevelConfiguration|Exempt::*flowcontrol.ExemptPriorityLevelConfiguration
flowcontrol.ResourcePolicyRule Verbs::[]string|APIGroups:apiGroups:[]string|Resources::[]string|ClusterScope::bool|Namespaces::[]string
flowcontrol.Subject Kind::flowcontrol.SubjectKind|User::*flowcontrol.UserSubject|Group::*flowcontrol.GroupSubject|ServiceAccount::*flowcontrol.ServiceAccountSubject
networking.IngressRule Host::string|IngressRuleValue:.:networking.IngressRuleValue
networking.IngressRuleValue HTTP:http:*networking.HTTPIngressRuleValue
networking.ParentReference Group::string|Resource::string|Namespace::string|Name::string
networking.ServiceCIDRSpec CIDRs:cidrs:[]string
policy.PodDisruptionBudgetSpec MinAvailable::*intstr.IntOrString|Selector::*v1.LabelSelector|MaxUnavailable::*intstr.IntOrString|UnhealthyPodEvictionPolicy::*policy.UnhealthyPodEvictionPolicyType
rbac.RoleRef APIGroup:apiGroup:string|Kind::string|Name::string
storage.CSINodeDriver Name::string|NodeID::string|TopologyKeys::[]string|Allocatable::*storage.VolumeNodeResources
storage.VolumeAttachmentSource PersistentVolumeName::*string|InlineVolumeSpec::*core.PersistentVolumeSpec
storage.VolumeAttachmentSpec Attacher::string|Source::storage.VolumeAttachmentSource|NodeName::string
v1.LabelSelector MatchLabels::map[string]string|MatchExpressions::[]v1.LabelSelectorRequirement
v1.LabelSelectorRequirement Key::string|Operator::v1.LabelSelectorOperator|Values::[]string
v1.ManagedFieldsEntry Manager::string|Operation::v1.ManagedFieldsOperationType|APIVersion:apiVersion:string|Time::*v1.Time|FieldsType::string|FieldsV1::*v1.FieldsV1|Subresource::string
v1.ObjectMeta Name::string|GenerateName::string|Namespace::string|SelfLink::string|UID:uid:types.UID|ResourceVersion::string|Generation::int64|CreationTimestamp::v1.Time|DeletionTimestamp::*v1.Time|DeletionGracePeriodSeconds::*int64|Labels::map[string]string|Annotations::map[string]string|OwnerReferences::[]v1.OwnerReference|Finalizers::[]string|ManagedFields::[]v1.ManagedFieldsEntry
v1.OwnerReference APIVersion:apiVersion:string|Kind::string|Name::string|UID:uid:types.UID|Controller::*bool|BlockOwnerDeletion::*bool
admissionregistration.OperationType string
admissionregistration.ValidationAction string
apiextensions.JSONSchemaDefinitions map[string]apiextensions.JSONSchemaProps
apiextensions.JSONSchemaDependencies map[string]apiextensions.JSONSchemaPropsOrStringArray
apiextensions.JSONSchemaURL string
apiextensions.ValidationRules []apiextensions.ValidationRule
apps.DaemonSetUpdateStrategyType string
apps.DeploymentStrategyType string
apps.StatefulSetUpdateStrategyType string
batch.PodFailurePolicyAction string
core.ConditionStatus string
core.DNSPolicy string
core.IPFamily string
core.NodeAddressType string
core.NodeSelectorOperator string
core.PodConditionType string
core.Protocol string
core.PullPolicy string
core.ResourceList map[core.ResourceName]resource.Quantity
core.ResourceName string
core.ResourceQuotaScope string
core.ResourceResizeRestartPolicy string
core.RestartPolicy string
core.ScopeSelectorOperator string
core.SeccompProfileType string
core.TaintEffect string
core.TerminationMessagePolicy string
core.TolerationOperator string
core.UnsatisfiableConstraintAction string
flowcontrol.FlowDistinguisherMethodType string
flowcontrol.PriorityLevelEnablement string
flowcontrol.SubjectKind string
networking.PolicyType string
storage.VolumeLifecycleMode string
types.UID string
v1.LabelSelectorOperator string
v1.ManagedFieldsOperationType string
`;
