import '@jupyter-datalabs/ui/style/index.js';
import './base.css';
