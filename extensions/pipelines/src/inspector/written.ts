import type { Json, YamlNode } from '@jupyter-datalabs/cwl';
import { toJson } from '@jupyter-datalabs/cwl';

/** What is written at a place. */
export const toValue = (node: YamlNode | null): Json => (node === null ? null : toJson(node));
