"""The spec has the shape of the language.

Why: a value of the wrong kind would be guessed at, or break a file of the output.

Bad::

    services: {backend: {targets: 'backend:3001'}}

Good::

    services: {backend: {targets: ['backend:3001']}}
"""

ID = "spec/shape"
