import '@jupyter-datalabs/ui/style/index.js';
import './base.css';
import './preview.css';
import './preview-image.css';
import './page.css';
import './folder.css';
import './resolve.css';
