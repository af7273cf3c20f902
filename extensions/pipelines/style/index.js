import '@jupyter-datalabs/ui/style/index.js';
