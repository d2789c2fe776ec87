const http = require('node:http');
const store = require('./store.cjs');

http.createServer((_request, response) => response.end(String(store.count()))).listen(80);
