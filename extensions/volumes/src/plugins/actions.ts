import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { VolumeActions } from '../actions';
import { IVolumeActions } from '../tokens';

export const actionsPlugin: JupyterFrontEndPlugin<IVolumeActions> = {
  id: '@jupyter-datalabs/volumes:actions',
  description: 'Lets other extensions offer what they can do with files of archive volumes.',
  autoStart: true,
  provides: IVolumeActions,
  activate: (): IVolumeActions => new VolumeActions()
};
