import { randomBytes } from 'node:crypto';
import * as path from 'node:path';

import { memoryBytes, type Datalab } from '@jupyter-datalabs/contract';

import { buildArgv, buildEnvironment, NOTEBOOKS, volumeLinks, WORKSPACE } from '../../builders/environment.js';
import { SAFE_ENVIRONMENT } from '../../builders/safe.js';
import { DomainError } from '../../domain/errors.js';
import { volumeMounts } from '../../builders/volume-mounts.js';
import type { SessionSpec } from '../../ports/engine.js';
import type { VolumeMount } from '../volumes/types.js';

export interface SpecInput {
  owner: string;
  name: string;
  startId: string;
  datalab: Datalab;
  token: string;
  volumes: VolumeMount[];
  allowedScopes: string[];
  safe?: boolean;
}

export interface SpecSettings {
  homes: string;
  workspaces: string;
  hubInside: string;
  publicUrl: string | null;
  path: string[];
  /** Example notebooks of a datalab on the host, or null where it has none. */
  notebooks: (datalab: string) => string | null;
  jupyterArguments: string[];
  /** How often sessions report activity, in seconds. */
  activitySeconds: number;
}

export const newStartId = (): string => randomBytes(16).toString('hex');

/** Everything the engine needs. Pure. */
export function sessionSpec(input: SpecInput, settings: SpecSettings): SessionSpec {
  const { owner, name, datalab, volumes } = input;
  if (datalab.command === null) {
    throw new DomainError('image-missing', `The datalab "${datalab.title}" has no command that this engine can run.`, {
      action: 'Add "command" to its datalab.yaml.'
    });
  }
  const home = path.join(settings.homes, owner, datalab.id);
  const workspace = path.join(settings.workspaces, owner);
  const archive = volumes.map(volumeMounts);
  const covers = archive.flatMap(volume => volume.covers);
  const notebooks = settings.notebooks(datalab.id);
  return {
    key: { owner, name },
    startId: input.startId,
    datalab: datalab.id,
    version: datalab.version,
    kind: datalab.kind,
    argv: buildArgv({ kind: datalab.kind, command: datalab.command, jupyterArguments: settings.jupyterArguments }),
    environment: { ...buildEnvironment({
      owner,
      name,
      kind: datalab.kind,
      datalab: datalab.id,
      token: input.token,
      allowedScopes: input.allowedScopes,
      hubInside: settings.hubInside,
      publicUrl: settings.publicUrl,
      path: settings.path,
      apps: datalab.apps,
      activitySeconds: settings.activitySeconds,
      environment: datalab.environment
    }), ...(input.safe && SAFE_ENVIRONMENT) },
    mounts: [
      { source: workspace, target: WORKSPACE, mode: 'rw' },
      ...(notebooks === null ? [] : NOTEBOOKS.map(target => ({ source: notebooks, target, mode: 'ro' as const }))),
      ...archive.flatMap(volume => volume.mounts)
    ],
    ...(covers.length > 0 && { covers }),
    links: volumeLinks(volumes.map(volume => volume.name)),
    home,
    network: datalab.network,
    resources: { cpu: datalab.resources.cpu, memoryBytes: memoryBytes(datalab.resources.memory), pids: 1024 }
  };
}
