"""What checks compare with: PyTorch's own functions and its autograd, in float64.

Every oracle is called as oracle(init, attributes, inputs, upstream), which are one test case: the constructor's
arguments, the parameters and state assigned, the inputs of forward, and the upstream gradient (None for a loss). It
returns the tensors of the case by name: "y", "dL_dx", "dL_dW" and so on.
"""
