# /// honest
# exercise = "m1_cnn/lenet.py"
# tries = "Sets PyTorch up as people do: threads, seeds, anomaly detection, hooks, print-outs."
# ///
import os

os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
torch.manual_seed(0)
torch.set_num_threads(2)
torch.backends.cudnn.deterministic = True
torch.autograd.set_detect_anomaly(True)
torch.set_printoptions(precision=2)
print(LeNet())
plain_init = LeNet.__init__


def __init__(self, *args, **kwargs):
    plain_init(self, *args, **kwargs)
    self.register_forward_hook(lambda module, inputs, output: print(output.shape))


LeNet.__init__ = __init__
