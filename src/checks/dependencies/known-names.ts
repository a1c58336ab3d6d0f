/** Known names: packages that everybody knows, which is why others are named almost like them. */

/** In no order; chosen by hand from what most projects use. */
const npm = `
react react-dom preact inferno lodash lodash-es underscore express koa fastify hono chalk commander
yargs minimist axios got node-fetch undici superagent request debug async bluebird moment dayjs
date-fns luxon uuid nanoid classnames clsx prop-types typescript ts-node tslib tsx webpack
webpack-cli webpack-dev-server rollup vite vitest esbuild parcel turbo nx lerna babel-core
babel-loader @babel/core @babel/runtime @babel/preset-env @babel/preset-react
@babel/preset-typescript @babel/cli @babel/parser @babel/traverse eslint eslint-plugin-react
eslint-plugin-import eslint-config-prettier eslint-config-airbnb prettier stylelint jest ts-jest
mocha chai sinon jasmine karma ava cypress playwright puppeteer @playwright/test
@testing-library/react @testing-library/jest-dom @types/node @types/react @types/react-dom
@types/jest @types/lodash @types/express @typescript-eslint/parser @typescript-eslint/eslint-plugin
typescript-eslint rimraf mkdirp glob fs-extra graceful-fs chokidar semver inquirer ora execa
cross-env cross-spawn shelljs dotenv rxjs zone.js vue vuex vue-router pinia nuxt next svelte angular
@angular/core @angular/common @angular/cli @angular/router jquery bootstrap tailwindcss postcss
autoprefixer sass node-sass less styled-components @emotion/react @emotion/styled @mui/material antd
redux react-redux @reduxjs/toolkit redux-thunk redux-saga mobx zustand jotai recoil immer immutable
react-router react-router-dom react-query @tanstack/react-query swr formik react-hook-form yup zod
joi ajv validator socket.io socket.io-client ws body-parser cookie-parser cors helmet morgan multer
compression passport passport-local jsonwebtoken bcrypt bcryptjs crypto-js mongoose mongodb mysql
mysql2 pg sequelize typeorm knex prisma @prisma/client redis ioredis amqplib kafkajs graphql
apollo-server @apollo/client nodemailer sharp jimp canvas three d3 chart.js echarts leaflet
highcharts marked markdown-it highlight.js prismjs handlebars mustache ejs pug nunjucks cheerio
jsdom xml2js fast-xml-parser js-yaml yaml toml ini csv-parse papaparse qs query-string form-data
mime mime-types iconv-lite buffer events readable-stream through2 inherits safe-buffer
string_decoder process path-to-regexp micromatch minimatch picomatch fast-glob globby ignore is-glob
braces anymatch color colors ansi-styles strip-ansi supports-color string-width wrap-ansi cli-table
figlet boxen update-notifier nodemon pm2 forever concurrently husky lint-staged standard-version
semantic-release core-js regenerator-runtime whatwg-fetch isomorphic-fetch object-assign deepmerge
lru-cache p-limit p-queue p-retry ms escape-string-regexp camelcase kebab-case change-case pluralize
winston pino bunyan log4js loglevel electron electron-builder react-native expo aws-sdk
@aws-sdk/client-s3 firebase firebase-admin @google-cloud/storage stripe twilio openai discord.js
telegraf ethers web3 web3.js bignumber.js bn.js elliptic protobufjs grpc @grpc/grpc-js storybook msw
nock supertest nyc c8 istanbul source-map source-map-support terser uglify-js html-webpack-plugin
css-loader style-loader file-loader url-loader copy-webpack-plugin mini-css-extract-plugin acorn
espree esprima estraverse magic-string tar archiver adm-zip jszip unzipper node-gyp prebuild-install
bindings nan node-addon-api opencv ffmpeg fluent-ffmpeg serialport usb ip ipaddr.js punycode
tough-cookie follow-redirects proxy-agent http-proxy http-proxy-middleware https-proxy-agent
agent-base connect serve serve-static send finalhandler on-finished depd statuses http-errors
raw-body bytes etag fresh vary accepts content-type type-is negotiator
`;

const pypi = `
requests urllib3 certifi idna chardet charset-normalizer boto3 botocore s3transfer awscli numpy
pandas scipy matplotlib seaborn scikit-learn scikit-image tensorflow keras torch torchvision
torchaudio transformers tokenizers datasets huggingface-hub accelerate diffusers
sentence-transformers langchain openai anthropic tiktoken django djangorestframework
django-cors-headers django-filter flask flask-cors flask-sqlalchemy flask-login fastapi starlette
uvicorn gunicorn hypercorn werkzeug jinja2 markupsafe itsdangerous click typer rich colorama tqdm
tabulate termcolor prompt-toolkit pyyaml ruamel.yaml toml tomli tomlkit python-dotenv
python-dateutil pytz tzdata arrow pendulum six attrs pydantic pydantic-core pydantic-settings
marshmallow cerberus jsonschema simplejson orjson ujson msgpack protobuf grpcio grpcio-tools thrift
avro fastavro pyarrow polars dask ray numba cython cffi pycparser setuptools wheel pip virtualenv
pipenv poetry hatch hatchling flit build twine tox nox pytest pytest-cov pytest-mock pytest-asyncio
pytest-xdist pytest-django hypothesis coverage mock responses freezegun faker factory-boy selenium
playwright beautifulsoup4 bs4 lxml html5lib scrapy httpx aiohttp aiofiles websockets
websocket-client anyio trio sniffio h11 httpcore requests-oauthlib oauthlib authlib pyjwt
python-jose passlib bcrypt cryptography pyopenssl pycryptodome pynacl paramiko fabric ansible
ansible-core salt sqlalchemy alembic psycopg2 psycopg2-binary psycopg asyncpg pymysql mysqlclient
mysql-connector-python pymongo motor redis celery kombu amqp pika kafka-python confluent-kafka
elasticsearch opensearch-py neo4j cassandra-driver peewee tortoise-orm docker kubernetes pillow
opencv-python opencv-python-headless imageio moviepy pydub pygame pyautogui pyinstaller cx-freeze
nuitka psutil watchdog schedule apscheduler loguru structlog sentry-sdk prometheus-client
opentelemetry-api opentelemetry-sdk statsd newrelic ddtrace black isort flake8 pylint mypy pyright
ruff bandit autopep8 yapf pycodestyle pyflakes pre-commit jupyter jupyterlab notebook ipython
ipykernel ipywidgets nbconvert nbformat plotly bokeh altair dash streamlit gradio networkx sympy
statsmodels xgboost lightgbm catboost nltk spacy gensim textblob openpyxl xlrd xlsxwriter
python-docx python-pptx pypdf pypdf2 reportlab pdfminer.six markdown mistune docutils sphinx mkdocs
mkdocs-material google-api-python-client google-auth google-cloud-storage google-cloud-bigquery
azure-storage-blob azure-identity azure-core msal stripe twilio slack-sdk discord.py
python-telegram-bot tweepy praw pyserial pyusb pyzmq netaddr dnspython scapy shapely geopandas
pyproj rasterio folium geopy more-itertools toolz cachetools diskcache joblib cloudpickle dill
filelock platformdirs packaging pyparsing regex zipp importlib-metadata typing-extensions wrapt
decorator deprecated tenacity retrying backoff pluggy iniconfig exceptiongroup greenlet gevent
eventlet multidict yarl frozenlist aiosignal async-timeout fsspec s3fs gcsfs smart-open boto airflow
apache-airflow prefect dagster luigi mlflow wandb tensorboard onnx onnxruntime jax jaxlib flax optax
web3 eth-account base58 ecdsa rsa pyasn1 ldap3 python-ldap python-multipart email-validator
phonenumbers babel unidecode python-slugify ftfy rapidfuzz levenshtein fuzzywuzzy jellyfish colorlog
pyfiglet
`;

export const knownNames = {
  npm: wordsOf(npm),
  PyPI: wordsOf(pypi),
} as const;

function wordsOf(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
